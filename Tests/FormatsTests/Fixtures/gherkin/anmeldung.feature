# language: de
Funktionalität: Anmeldung

  Szenario: Richtiges Kennwort
    Angenommen ein Mensch mit Konto
    Wenn er sich anmeldet
    Dann sieht er seine Seite
    Und "a \| b" bleibt stehen
