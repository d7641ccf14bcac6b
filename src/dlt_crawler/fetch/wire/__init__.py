"""One request over the network: to an address that may be connected to, with bounds on whatever comes back."""
