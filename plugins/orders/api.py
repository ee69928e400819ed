from .money import share
