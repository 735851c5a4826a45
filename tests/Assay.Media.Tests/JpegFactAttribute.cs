using Assay.Media.Images;

namespace Assay.Media.Tests;

/// <summary>A test that needs libjpeg-turbo (eng/media.sh); skipped where it isn't.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JpegFactAttribute : FactAttribute
{
    public JpegFactAttribute()
    {
        if (TurboJpeg.Library is null && !Testing.Oracles.AreRequired)
        {
            Skip = $"{TurboJpeg.FileName} isn't here (eng/media.sh installs it)";
        }
    }
}
