using Assay.Node.Attesting;
using Assay.Testing.Attestation;

namespace Assay.Node.Tests.Attesting.Tsm;

/// <summary>The double in the kernel's place.</summary>
internal sealed class DoubledTsm(TsmDouble kernel) : ITsmReports
{
    public string Place => "/sys/kernel/config/tsm/report (double)";

    public int Make(string name) => kernel.Make(name);

    public int Remove(string name) => kernel.Remove(name);

    public int Write(string name, string attribute, ReadOnlySpan<byte> value) => kernel.Write(name, attribute, value);

    public int Read(string name, string attribute, Span<byte> buffer) => kernel.Read(name, attribute, buffer);
}
