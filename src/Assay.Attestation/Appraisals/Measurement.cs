namespace Assay.Attestation;

/// <summary>A measured or signed register: what a policy pins builds by.</summary>
/// <param name="Name">In lower case: <c>pcr0</c>, <c>measurement</c>, <c>host-data</c>, <c>mrtd</c>, <c>rtmr0</c>, <c>mrenclave</c>, <c>mrsigner</c>, <c>isv-prod-id</c>.</param>
/// <param name="Value">Its bytes.</param>
public sealed record Measurement(string Name, ReadOnlyMemory<byte> Value);
