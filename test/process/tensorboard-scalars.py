# What TensorBoard and TensorFlow read of a run folder, as JSON: by tag the steps and values, and how many events there are.
import glob
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = sys.argv[1]
events = EventAccumulator(folder, size_guidance={"scalars": 0})
events.Reload()
scalars = {tag: [[s.step, s.value] for s in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
count = 0
try:
    import tensorflow as tf

    for file in sorted(glob.glob(folder + "/events.out.tfevents.*")):
        count += sum(1 for _ in tf.compat.v1.train.summary_iterator(file))
except ImportError:
    pass
print(json.dumps({"scalars": scalars, "events": count}))
