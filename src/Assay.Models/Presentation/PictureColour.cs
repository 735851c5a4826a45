using System.Text.Json.Serialization;

namespace Assay.Models.Presentation;

/// <summary>A picture tensor's channels, in order.</summary>
public enum PictureColour
{
    /// <summary>Red, green, blue.</summary>
    [JsonStringEnumMemberName("rgb")]
    Rgb,

    /// <summary>Blue, green, red.</summary>
    [JsonStringEnumMemberName("bgr")]
    Bgr,

    /// <summary>One channel: (299 R + 587 G + 114 B) / 1000.</summary>
    [JsonStringEnumMemberName("grey")]
    Grey,
}
