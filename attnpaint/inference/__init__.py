"""Using a trained model on drawings of any size."""
