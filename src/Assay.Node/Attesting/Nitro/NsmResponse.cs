using Assay.Primitives.Cbor;

namespace Assay.Node.Attesting;

/// <summary>
/// The module's messages for one command, as AWS's own library writes and reads them: a request is a map with the command's name and
/// its arguments; a response is the same map with what came of it, or <c>{"Error": name}</c>.
/// </summary>
/// <param name="Document">The attestation document; empty if there is an error.</param>
/// <param name="Error">The module's error by name; null if there is none.</param>
internal sealed record NsmResponse(ReadOnlyMemory<byte> Document, string? Error)
{
    private const string Command = "Attestation";
    private const int MaxErrorLength = 64;

    /// <summary>Asks for a document with these three in it.</summary>
    internal static byte[] Request(ReadOnlySpan<byte> userData, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> publicKey)
    {
        CborWriter writer = new(512);
        writer.WriteMapHeader(1);
        writer.WriteText(Command);
        writer.WriteMapHeader(3);
        writer.WriteText("user_data");
        writer.WriteBytes(userData);
        writer.WriteText("nonce");
        writer.WriteBytes(nonce);
        writer.WriteText("public_key");
        writer.WriteBytes(publicKey);
        return writer.ToArray();
    }

    /// <summary>Reads what came back; null if it's neither a document nor an error.</summary>
    internal static NsmResponse? TryRead(ReadOnlySpan<byte> response)
    {
        CborReader reader = new(response);
        reader.ReadMapHeader(1);
        string name = reader.ReadText();
        if (name == "Error")
        {
            string error = reader.ReadText();
            reader.End();
            bool isName = error.Length is > 0 and <= MaxErrorLength && error.All(char.IsAsciiLetterOrDigit);
            return reader.Error is null && isName ? new NsmResponse(default, error) : null;
        }

        reader.ReadMapHeader(1);
        string member = reader.ReadText();
        ReadOnlySpan<byte> document = reader.ReadBytes();
        reader.End();
        return reader.Error is null && name == Command && member == "document" && !document.IsEmpty ? new NsmResponse(document.ToArray(), null) : null;
    }
}
