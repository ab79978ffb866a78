"""Regions of the plane: polygons, their half-planes, the network that they make, its proof and its picture."""
