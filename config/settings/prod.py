"""Production: everything comes from the environment, and a weak one refuses to start."""

from config.env import load
from config.settings.base import compose

globals().update(compose(load(environment="production")))
