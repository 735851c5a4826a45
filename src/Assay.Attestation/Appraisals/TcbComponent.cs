namespace Assay.Attestation;

/// <summary>A security version number of the platform.</summary>
/// <param name="Name">In lower case: <c>bootloader</c>, <c>tee</c>, <c>snp</c>, <c>microcode</c>, <c>fmc</c>; <c>pcesvn</c>, <c>qe-isvsvn</c>, <c>module-isvsvn</c>; <c>isv-svn</c>.</param>
/// <param name="Value">The number.</param>
public sealed record TcbComponent(string Name, uint Value);
