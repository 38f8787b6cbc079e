"""Networks from files. What is in them is data: checked, never evaluated.

Read in this order:
    ordinary_file  reads a file of limited size
    weights_file   trained numbers from .npz and .safetensors
    network_file   .toml and .json to a Network
    canonical      a Network as one text, and back
"""
