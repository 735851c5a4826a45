using System.Text;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Which machine it was: one key taken out of it could speak for any number of nodes, and all of them would have this identity.</summary>
/// <param name="Kind"><c>nitro-module</c>, <c>amd-chip</c>, <c>amd-csp</c> (a cloud's VLEK: the provider, not the machine), <c>intel-platform</c> (PPID or PIID), <c>simulator</c>.</param>
/// <param name="Value">Its bytes; empty where the platform hides it.</param>
public sealed record PlatformIdentity(string Kind, ReadOnlyMemory<byte> Value)
{
    /// <summary>What logs and policies name it by: SHA-256 of <c>kind</c>, a zero byte and the value.</summary>
    public Digest32 Digest => Digest32.Sha256([.. Encoding.UTF8.GetBytes(Kind), 0, .. Value.Span]);
}
