using Assay.Primitives.Notes;

namespace Assay.Node.Witnessing;

/// <summary>A witness that the node submits its checkpoints to.</summary>
/// <param name="Url">Its base address, http or https; <c>add-checkpoint</c> is below it.</param>
/// <param name="Key">The key that its cosignatures must be by.</param>
public sealed record WitnessEndpoint(Uri Url, CosignatureKey Key)
{
    /// <summary>Reads <c>url=vkey</c>; null and a sentence if it isn't that.</summary>
    public static WitnessEndpoint? TryParse(string text, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 0
            || !Uri.TryCreate(text[..at].EndsWith('/') ? text[..at] : text[..at] + "/", UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.Query.Length > 0)
        {
            error = $"'{text}' isn't <http address>=<witness's verifier key>";
            return null;
        }

        CosignatureKey? key = CosignatureKey.TryParse(text.AsSpan(at + 1), out string? code);
        error = key is null ? $"'{text[(at + 1)..]}' isn't a witness's verifier key ({code}); 'assay witness key' prints one" : null;
        return key is null ? null : new WitnessEndpoint(url, key);
    }
}
