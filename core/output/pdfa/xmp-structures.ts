/** Structured value types that the XMP Specification (September 2005) defines. */

export type Structure = { readonly namespace: string; readonly fields: ReadonlyMap<string, string> }

/** `name Type; name Type` → a map. */
export function fieldsOf(text: string): ReadonlyMap<string, string> {
  return new Map(text.trim().split(/\s*;\s*/).filter((part) => part !== '').map((part) => {
    const at = part.indexOf(' ')
    return [part.slice(0, at), part.slice(at + 1).trim()] as const
  }))
}

const structure = (namespace: string, text: string): Structure => ({ namespace, fields: fieldsOf(text) })
const st = 'http://ns.adobe.com/xap/1.0/sType/'
const media = 'http://ns.adobe.com/xmp/1.0/DynamicMedia/'
const exif = 'http://ns.adobe.com/exif/1.0/'

export const structures: Readonly<Record<string, Structure | undefined>> = {
  Dimensions: structure(`${st}Dimensions#`, 'w Real; h Real; unit Text'),
  Font: structure(`${st}Font#`, 'fontName Text; fontFamily Text; fontFace Text; fontType Text; versionString Text; composite Boolean; fontFileName Text; childFontFiles Seq Text'),
  Colorant: structure('http://ns.adobe.com/xap/1.0/g/',
    'swatchName Text; mode =CMYK|RGB|LAB; type =PROCESS|SPOT; cyan Percent; magenta Percent; yellow Percent; black Percent; red Byte; green Byte; blue Byte; L Percent; A SignedByte; B SignedByte'),
  Thumbnail: structure('http://ns.adobe.com/xap/1.0/g/img/', 'height Integer; width Integer; format =JPEG; image Text'),
  ResourceEvent: structure(`${st}ResourceEvent#`, 'action Text; instanceID URI; parameters Text; softwareAgent AgentName; when Date'),
  ResourceRef: structure(`${st}ResourceRef#`,
    'instanceID URI; documentID URI; versionID Text; renditionClass RenditionClass; renditionParams Text; manager AgentName; managerVariant Text; manageTo URI; manageUI URI'),
  Version: structure(`${st}Version#`, 'comments Text; event ResourceEvent; modifyDate Date; modifier ProperName; version Text'),
  Job: structure(`${st}Job#`, 'name Text; id Text; url URL'),
  ProjectLink: structure(media, 'type =movie|still|audio|custom; path URI'),
  Time: structure(media, 'value Integer; scale Rational'),
  Timecode: structure(media,
    'timeValue Timestamp; timeFormat =24Timecode|25Timecode|2997DropTimecode|2997NonDropTimecode|30Timecode|50Timecode|5994DropTimecode|5994NonDropTimecode|60Timecode|23976Timecode'),
  Marker: structure(media, 'startTime Time; duration Time; comment Text; name Text; location URI; target Text; type =Chapter|Cue|Beat|Track|Index'),
  Media: structure(media, 'path URI; track Text; startTime Time; duration Time; managed Boolean; webStatement URI'),
  timeScaleStretch: structure(media, 'quality =High|Medium|Low; frameSize Real; frameOverlappingPercentage Real'),
  resampleStretch: structure(media, 'quality =High|Medium|Low'),
  beatSpliceStretch: structure(media, 'useFileBeatsMarker Boolean; riseInDecibel Real; riseInTimeDuration Time'),
  Flash: structure(exif, 'Fired Boolean; Return =0|2|3; Mode =0|1|2|3; Function Boolean; RedEyeMode Boolean'),
  'OECF/SFR': structure(exif, 'Columns Integer; Rows Integer; Names Seq Text; Values Seq Rational'),
  CFAPattern: structure(exif, 'Columns Integer; Rows Integer; Values Seq Integer'),
  DeviceSettings: structure(exif, 'Columns Integer; Rows Integer; Settings Seq Text'),
}
