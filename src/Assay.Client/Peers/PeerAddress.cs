using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Client;

/// <summary>Where a replay peer is, and whose word counts there (spec/endorsements.md, "How a peer replays").</summary>
public sealed record PeerAddress
{
    /// <summary>An address.</summary>
    /// <param name="url">The peer's base address, http or https, with a slash at its end; <c>v1/commitments</c> is below it.</param>
    /// <param name="key">The P-256 key that its word must be signed by.</param>
    public PeerAddress(Uri url, P256PublicKey key)
    {
        Url = url;
        Key = key;
        Peer = key.Thumbprint();
    }

    /// <summary>The base address.</summary>
    public Uri Url { get; }

    /// <summary>The key.</summary>
    public P256PublicKey Key { get; }

    /// <summary>The key's COSE thumbprint: what policies and verdicts name the peer by.</summary>
    public Digest32 Peer { get; }

    /// <summary>Reads <c>url=key</c>, the key as 128 digits 0-9a-f; null and a sentence if it isn't that.</summary>
    public static PeerAddress? TryParse(string text, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.LastIndexOf('=');
        if (at < 0
            || !Uri.TryCreate(text[..at].EndsWith('/') ? text[..at] : text[..at] + "/", UriKind.Absolute, out Uri? url)
            || url.Scheme is not ("http" or "https")
            || url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            error = $"'{text}' isn't <http address>=<peer's key>";
            return null;
        }

        string hex = text[(at + 1)..];
        if (hex.Length != 2 * P256PublicKey.Size || hex.Any(static c => c is not ((>= '0' and <= '9') or (>= 'a' and <= 'f')))
            || !P256PublicKey.TryFrom(Convert.FromHexString(hex), out P256PublicKey key))
        {
            error = $"'{hex}' isn't a peer's key: 128 digits 0-9a-f of a P-256 point; the peer shows its own at /.well-known/assay-replayer";
            return null;
        }

        error = null;
        return new PeerAddress(url, key);
    }
}
