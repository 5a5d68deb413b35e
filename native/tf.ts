// The one door to TensorFlow.js: everything that computes imports tf from here.
import * as tf from '@tensorflow/tfjs';

// Otherwise tfjs greets on the console from the CPU backend and complains about every kernel we replace.
tf.env().set('PROD', true);

export { tf };
