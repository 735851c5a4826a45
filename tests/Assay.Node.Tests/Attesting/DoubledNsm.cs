using Assay.Node.Attesting;
using Assay.Testing.Attestation;

namespace Assay.Node.Tests.Attesting;

/// <summary>The double in the device's place.</summary>
internal sealed class DoubledNsm(NsmDouble module) : INsmDevice
{
    public string Place => "/dev/nsm (double)";

    public int Exchange(ReadOnlySpan<byte> request, Span<byte> response) => module.Exchange(request, response);

    public void Dispose()
    {
    }
}
