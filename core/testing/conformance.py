"""placeholder"""
class Conformance:
    plugin = ""

