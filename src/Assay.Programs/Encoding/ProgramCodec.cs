namespace Assay.Programs;

/// <summary>
/// The canonical bytes of a program: one deterministic CBOR item (spec/program.md, Canonical bytes).
/// </summary>
public static class ProgramCodec
{
    /// <summary>The program's bytes. <c>Encode(TryDecode(b))</c> is <c>b</c> for every b that is decoded.</summary>
    public static byte[] Encode(ExactProgram program) => program.Bytes.ToArray();

    /// <summary>Reads a program from bytes that anyone may have made; never throws on them.</summary>
    /// <param name="bytes">At most <see cref="ProgramLimits.ProgramBytes"/>; memory is bounded by a small multiple of their length.</param>
    /// <param name="error">Null exactly when a program is returned.</param>
    public static ExactProgram? TryDecode(ReadOnlySpan<byte> bytes, out ProgramError? error)
    {
        if (bytes.Length > ProgramLimits.ProgramBytes)
        {
            error = new(ProgramErrorCodes.Limit, $"{bytes.Length} bytes");
            return null;
        }

        ProgramReader reader = new(bytes);
        return reader.Read(out error);
    }
}
