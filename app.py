"""Entry point: ``streamlit run app.py``."""

from arlib.ui import navigation

navigation.run()
