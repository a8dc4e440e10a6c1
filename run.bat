@echo off
rem Windows: makes the environment once, then opens the application.
if not exist .venv\Scripts\python.exe py -3 -m venv .venv || exit /b 1
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check -r requirements.txt || exit /b 1
.venv\Scripts\python -m streamlit run app.py
