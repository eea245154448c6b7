"""The desk's endpoints; what they do stands in the modules beside this package."""
