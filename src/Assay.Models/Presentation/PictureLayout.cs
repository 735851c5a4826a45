using System.Text.Json.Serialization;

namespace Assay.Models.Presentation;

/// <summary>The order of a picture tensor's three axes.</summary>
public enum PictureLayout
{
    /// <summary>Channel, row, column.</summary>
    [JsonStringEnumMemberName("chw")]
    Chw,

    /// <summary>Row, column, channel.</summary>
    [JsonStringEnumMemberName("hwc")]
    Hwc,
}
