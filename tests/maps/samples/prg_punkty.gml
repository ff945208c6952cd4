<?xml version="1.0" encoding="UTF-8"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0"
    xmlns:gml="http://www.opengis.net/gml/3.2"
    xmlns:adresyUlice="http://www.gugik.gov.pl/adresyUlice"
    timeStamp="2026-11-01T10:00:00" numberMatched="2" numberReturned="2">
  <wfs:member>
    <adresyUlice:A07_Punkty_adresowe gml:id="A07.1">
      <adresyUlice:ID_IIP>PL.PZGIK.994.EMUIA_1</adresyUlice:ID_IIP>
      <adresyUlice:ID_GMINY>1261011</adresyUlice:ID_GMINY>
      <adresyUlice:NAZWA_GMINY>Kraków</adresyUlice:NAZWA_GMINY>
      <adresyUlice:NAZWA_MIEJSCOWOSCI>Kraków</adresyUlice:NAZWA_MIEJSCOWOSCI>
      <adresyUlice:NAZWA_ULICY>Rynek Główny</adresyUlice:NAZWA_ULICY>
      <adresyUlice:NUMER_PORZADKOWY>1</adresyUlice:NUMER_PORZADKOWY>
      <adresyUlice:KOD_POCZTOWY>31-042</adresyUlice:KOD_POCZTOWY>
      <adresyUlice:GEOMETRIA><gml:Point gml:id="P.1" srsName="urn:ogc:def:crs:EPSG::2180"><gml:pos>244247.14 567066.89</gml:pos></gml:Point></adresyUlice:GEOMETRIA>
    </adresyUlice:A07_Punkty_adresowe>
  </wfs:member>
  <wfs:member>
    <adresyUlice:A07_Punkty_adresowe gml:id="A07.2">
      <adresyUlice:ID_IIP>PL.PZGIK.994.EMUIA_2</adresyUlice:ID_IIP>
      <adresyUlice:ID_GMINY>1261011</adresyUlice:ID_GMINY>
      <adresyUlice:NAZWA_GMINY>Kraków</adresyUlice:NAZWA_GMINY>
      <adresyUlice:NAZWA_MIEJSCOWOSCI>Kraków</adresyUlice:NAZWA_MIEJSCOWOSCI>
      <adresyUlice:NUMER_PORZADKOWY>10</adresyUlice:NUMER_PORZADKOWY>
      <adresyUlice:GEOMETRIA><gml:Point gml:id="P.2" srsName="urn:ogc:def:crs:EPSG::2180"><gml:pos>245433.50 574187.30</gml:pos></gml:Point></adresyUlice:GEOMETRIA>
    </adresyUlice:A07_Punkty_adresowe>
  </wfs:member>
</wfs:FeatureCollection>
