"""What runs inside the sandbox beside the user's file: the channel, the import hook, and the tracer."""
