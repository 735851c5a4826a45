using System.Text.Json.Serialization;

namespace Assay.Models.Presentation;

/// <summary>How a picture of any proportions becomes one of the model's.</summary>
public enum PictureFit
{
    /// <summary>Width and height are scaled each for itself.</summary>
    [JsonStringEnumMemberName("stretch")]
    Stretch,

    /// <summary>Bars on both sides, so that proportions are kept; the picture is in the middle.</summary>
    [JsonStringEnumMemberName("letterbox")]
    Letterbox,

    /// <summary>As high as the tensor, with a bar to the right; a picture too wide for that is squeezed.</summary>
    [JsonStringEnumMemberName("height")]
    Height,
}
