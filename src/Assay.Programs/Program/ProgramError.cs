namespace Assay.Programs;

/// <summary>Why bytes or parts are not a program (or not a model).</summary>
/// <param name="Code">Stable; one of <see cref="ProgramErrorCodes"/> or a code of the CBOR reader (<c>cbor/...</c>).</param>
/// <param name="Detail">Where, in words; not stable.</param>
public sealed record ProgramError(string Code, string Detail)
{
    public override string ToString() => $"{Code}: {Detail}";
}
