/** Predefined schemas: XMP Specification (September 2005), chapter 4, and the identification schema of ISO 19005-2 §6.6.4. */
import { fieldsOf } from './xmp-structures.ts'

const range = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, i) => from + i).join('|')

/** Property types by namespace, then by name. */
export const schemas: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(Object.entries({
  'http://www.aiim.org/pdfa/ns/id/': 'part Integer; amd Text; corr Text; conformance =A|B|U',
  'http://purl.org/dc/elements/1.1/': `contributor Bag ProperName; coverage Text; creator Seq ProperName; date Seq Date; description Lang Alt;
    format MIMEType; identifier Text; language Bag Locale; publisher Bag ProperName; relation Bag Text; rights Lang Alt; source Text; subject Bag Text;
    title Lang Alt; type Bag Text`,
  'http://ns.adobe.com/xap/1.0/': `Advisory Bag XPath; BaseURL URL; CreateDate Date; CreatorTool AgentName; Identifier Bag Text; Label Text; MetadataDate Date;
    ModifyDate Date; Nickname Text; Rating Integer; Thumbnails Alt Thumbnail`,
  'http://ns.adobe.com/xap/1.0/rights/': 'Certificate URL; Marked Boolean; Owner Bag ProperName; UsageTerms Lang Alt; WebStatement URL',
  'http://ns.adobe.com/xap/1.0/mm/': `DerivedFrom ResourceRef; DocumentID URI; History Seq ResourceEvent; InstanceID URI; ManagedFrom ResourceRef;
    Manager AgentName; ManageTo URI; ManageUI URI; ManagerVariant Text; RenditionClass RenditionClass; RenditionParams Text; VersionID Text;
    Versions Seq Version; LastURL URL; RenditionOf ResourceRef; SaveID Integer`,
  'http://ns.adobe.com/xap/1.0/bj/': 'JobRef Bag Job',
  'http://ns.adobe.com/xap/1.0/t/pg/': 'MaxPageSize Dimensions; NPages Integer; Fonts Bag Font; Colorants Seq Colorant; PlateNames Seq Text',
  'http://ns.adobe.com/xmp/1.0/DynamicMedia/': `projectRef ProjectLink; videoFrameRate Text; videoFrameSize Dimensions; videoPixelAspectRatio Rational;
    videoPixelDepth =8Int|16Int|32Int|32Float; videoColorSpace =sRGB|CCIR-601|CCIR-709; videoAlphaMode =straight|pre-multiplied; videoAlphaPremultipleColor Colorant;
    videoAlphaUnityIsTransparent Boolean; videoCompressor Text; videoFieldOrder =Upper|Lower|Progressive;
    pullDown =WSSWW|SSWWW|SWWWS|WWWSS|WWSSW|WSSWW_24p|SSWWW_24p|SWWWS_24p|WWWSS_24p|WWSSW_24p;
    audioSampleRate Integer; audioSampleType =8Int|16Int|32Int|32Float; audioChannelType =Mono|Stereo|5.1|7.1; audioCompressor Text; speakerPlacement Text;
    fileDataRate Rational; tapeName Text; altTapeName Text; startTimecode Timecode; altTimecode Timecode; duration Time; scene Text; shotName Text;
    shotDate Date; shotLocation Text; logComment Text; markers Seq Marker; contributedMedia Bag Media; absPeakAudioFilePath URI;
    relativePeakAudioFilePath URI; videoModDate Date; audioModDate Date; metadataModDate Date; artist Text; album Text; trackNumber Integer; genre Text;
    copyright Text; releaseDate Date; composer Text; engineer Text; tempo Real; instrument Text; introTime Time; outCue Time; relativeTimestamp Time;
    loop Boolean; numberOfBeats Real; key =C|C#|D|D#|E|F|F#|G|G#|A|A#|B; stretchMode =Fixed length|Time-Scale|Resample|Beat Splice|Hybrid;
    timeScaleParams timeScaleStretch; resampleParams resampleStretch; beatSpliceParams beatSpliceStretch;
    timeSignature =2/4|3/4|4/4|5/4|7/4|6/8|9/8|12/8|other; scaleType =Major|Minor|Both|Neither`,
  'http://ns.adobe.com/pdf/1.3/': 'Keywords Text; PDFVersion Text; Producer AgentName',
  'http://ns.adobe.com/photoshop/1.0/': `AuthorsPosition Text; CaptionWriter ProperName; Category Text; City Text; Country Text; Credit Text; DateCreated Date;
    Headline Text; Instructions Text; Source Text; State Text; SupplementalCategories Bag Text; TransmissionReference Text; Urgency Integer`,
  'http://ns.adobe.com/camera-raw-settings/1.0/': `AutoBrightness Boolean; AutoContrast Boolean; AutoExposure Boolean; AutoShadows Boolean; BlueHue Integer;
    BlueSaturation Integer; Brightness Integer; CameraProfile Text; ChromaticAberrationB Integer; ChromaticAberrationR Integer; ColorNoiseReduction Integer;
    Contrast Integer; CropTop Real; CropLeft Real; CropBottom Real; CropRight Real; CropAngle Real; CropWidth Real; CropHeight Real; CropUnits Integer;
    Exposure Real; GreenHue Integer; GreenSaturation Integer; HasCrop Boolean; HasSettings Boolean; LuminanceSmoothing Integer; RawFileName Text;
    RedHue Integer; RedSaturation Integer; Saturation Integer; Shadows Integer; ShadowTint Integer; Sharpness Integer; Temperature Integer; Tint Integer;
    ToneCurve Seq Point; ToneCurveName Text; Version Text; VignetteAmount Integer; VignetteMidpoint Integer;
    WhiteBalance =As Shot|Auto|Daylight|Cloudy|Shade|Tungsten|Fluorescent|Flash|Custom`,
  'http://ns.adobe.com/tiff/1.0/': `ImageWidth Integer; ImageLength Integer; BitsPerSample Seq Integer; Compression =1|6; PhotometricInterpretation =2|6;
    Orientation =${range(1, 8)}; SamplesPerPixel Integer; PlanarConfiguration =1|2; YCbCrSubSampling =[2,1]|[2,2]; YCbCrPositioning =1|2;
    XResolution Rational; YResolution Rational; ResolutionUnit =2|3; TransferFunction Seq Integer; WhitePoint Seq Rational;
    PrimaryChromaticities Seq Rational; YCbCrCoefficients Seq Rational; ReferenceBlackWhite Seq Rational; DateTime Date; ImageDescription Lang Alt;
    Make ProperName; Model ProperName; Software AgentName; Artist ProperName; Copyright Lang Alt`,
  'http://ns.adobe.com/exif/1.0/': `ExifVersion Text; FlashpixVersion Text; ColorSpace =1|65535; ComponentsConfiguration =[4,5,6,0]|[1,2,3,0];
    CompressedBitsPerPixel Rational; PixelXDimension Integer; PixelYDimension Integer; UserComment Lang Alt; RelatedSoundFile Text; DateTimeOriginal Date;
    DateTimeDigitized Date; ExposureTime Rational; FNumber Rational; ExposureProgram =${range(0, 8)}; SpectralSensitivity Text; ISOSpeedRatings Seq Integer;
    OECF OECF/SFR; ShutterSpeedValue Rational; ApertureValue Rational; BrightnessValue Rational; ExposureBiasValue Rational; MaxApertureValue Rational;
    SubjectDistance Rational; MeteringMode =${range(0, 6)}|255; LightSource =${range(0, 4)}|9|${range(10, 15)}|${range(17, 24)}|255; Flash Flash;
    FocalLength Rational; SubjectArea Seq Integer; FlashEnergy Rational; SpatialFrequencyResponse OECF/SFR; FocalPlaneXResolution Rational;
    FocalPlaneYResolution Rational; FocalPlaneResolutionUnit =2|3; SubjectLocation Seq Integer; ExposureIndex Rational; SensingMethod =${range(1, 8)};
    FileSource =3; SceneType =1; CFAPattern CFAPattern; CustomRendered =0|1; ExposureMode =${range(0, 2)}; WhiteBalance =0|1; DigitalZoomRatio Rational;
    FocalLengthIn35mmFilm Integer; SceneCaptureType =${range(0, 3)}; GainControl =${range(0, 4)}; Contrast =${range(0, 2)}; Saturation =${range(0, 2)};
    Sharpness =${range(0, 2)}; DeviceSettingDescription DeviceSettings; SubjectDistanceRange =${range(0, 3)}; ImageUniqueID Text; GPSVersionID Text;
    GPSLatitude GPSCoordinate; GPSLongitude GPSCoordinate; GPSAltitudeRef =0|1; GPSAltitude Rational; GPSTimeStamp Date; GPSSatellites Text; GPSStatus =A|V;
    GPSMeasureMode Text; GPSDOP Rational; GPSSpeedRef =K|M|N; GPSSpeed Rational; GPSTrackRef =T|M; GPSTrack Rational; GPSImgDirectionRef =T|M;
    GPSImgDirection Rational; GPSMapDatum Text; GPSDestLatitude GPSCoordinate; GPSDestLongitude GPSCoordinate; GPSDestBearingRef =T|M; GPSDestBearing Rational;
    GPSDestDistanceRef =K|M|N; GPSDestDistance Rational; GPSProcessingMethod Text; GPSAreaInformation Text; GPSDifferential =0|1`,
  'http://ns.adobe.com/exif/1.0/aux/': 'Lens Text; SerialNumber Text',
}).map(([namespace, text]) => [namespace, fieldsOf(text)] as const))
