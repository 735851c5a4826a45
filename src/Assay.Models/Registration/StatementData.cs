namespace Assay.Models.Registration;

/// <summary>A .npy file with items for one input.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Sha256">Digest of the file's bytes, lower-case hex.</param>
/// <param name="Items">Items in it.</param>
public sealed record StatementData(string Input, string Sha256, int Items);
