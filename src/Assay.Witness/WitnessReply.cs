namespace Assay.Witness;

/// <summary>What a witness answers.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">Cosignature lines (200), the witness's size (409), or a code and a sentence.</param>
public sealed record WitnessReply(int Status, string ContentType, string Body)
{
    private const string Text = "text/plain; charset=utf-8";

    internal static WitnessReply Cosigned(string lines) => new(200, Text, lines);

    // The type tells a stale size from any other conflict (C2SP tlog-witness).
    internal static WitnessReply Stale(ulong size) =>
        new(409, "text/x.tlog.size", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{size}\n"));

    internal static WitnessReply Refused(int status, string code, string words) => new(status, Text, $"{code}: {words}\n");
}
