"""Networks, activations, losses, data: what everything else is about."""
