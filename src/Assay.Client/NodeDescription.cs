using System.Text.Json;

namespace Assay.Client;

/// <summary>What a node says of itself at <c>/.well-known/assay</c>. All of it is the node's word; the trust text is for first contact only.</summary>
/// <param name="Origin">The node's (and its log's) name.</param>
/// <param name="KeySetDigest">SHA-256 of its key set, hex.</param>
/// <param name="TrustText">A trust file that names this node and its log.</param>
/// <param name="Levels">Levels that it can meet for at least one model.</param>
public sealed record NodeDescription(string Origin, string KeySetDigest, string TrustText, IReadOnlyList<string> Levels)
{
    /// <summary>Peers that the node asks to replay. That they aren't the node under another name, somebody else has to say.</summary>
    public IReadOnlyList<PeerAddress> ReplayPeers { get; init; } = [];

    internal static NodeDescription Parse(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new NodeDescription(
            root.GetProperty("origin").GetString()!,
            root.GetProperty("keySetDigest").GetString()!,
            root.GetProperty("trust").GetString()!,
            [.. root.GetProperty("levels").EnumerateArray().Select(static l => l.GetString()!)])
        {
            ReplayPeers = root.TryGetProperty("replayPeers", out JsonElement peers)
                ? [.. peers.EnumerateArray().Select(static peer => PeerAddress.TryParse($"{peer.GetProperty("url").GetString()}={peer.GetProperty("key").GetString()}", out _)).OfType<PeerAddress>()]
                : [],
        };
    }
}
