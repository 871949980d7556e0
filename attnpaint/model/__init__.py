"""Networks: generators, discriminators, what conditions them, and the folder a model lives in."""
