"""Gradients, Jacobians and Hessians of the loss in closed form, batched."""
