using System.Text.Json;
using Assay.Files;
using Assay.Node.Keys;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;

namespace Assay.Node.Signing;

/// <summary>Keys at a signer (<c>assay signer serve</c>): this process never holds them.</summary>
public sealed class RemoteKeySource : INodeKeySource
{
    private const string Scheme = "unix:";
    private readonly string _socket;

    private RemoteKeySource(string socket) => _socket = socket;

    /// <inheritdoc/>
    public string Place => Scheme + _socket;

    /// <summary>A source from its address, <c>unix:/path/to/socket</c>; null if it isn't one.</summary>
    public static RemoteKeySource? TryParse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.StartsWith(Scheme, StringComparison.Ordinal) && Path.IsPathFullyQualified(address[Scheme.Length..]) ? new RemoteKeySource(address[Scheme.Length..]) : null;
    }

    /// <inheritdoc/>
    public NodeKeys Open(string origin, bool mayCreate)
    {
        SignerConnection connection = new(_socket);
        try
        {
            (string name, P256PublicKey receipt, byte[] log) = Parse(connection.GetKeys());
            return name == origin
                ? new NodeKeys(new RemoteEs256Signer(connection, receipt), new NoteSigner(origin, new RemoteEd25519Signer(connection, log)), connection)
                : throw new KeyException(NodeKeyErrors.Mismatch, $"The signer at {Place} signs for '{name}', not for '{origin}'.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            connection.Dispose();
            throw new KeyException(NodeKeyErrors.Signer, $"What answers at {Place} isn't a signer that this version understands.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static (string Origin, P256PublicKey Receipt, byte[] Log) Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return root.GetProperty("profile").GetString() == SignerProtocol.Profile
            && P256PublicKey.TryFrom(Convert.FromHexString(root.GetProperty("receiptKey").GetString()!), out P256PublicKey receipt)
            ? (root.GetProperty("origin").GetString()!, receipt, Convert.FromHexString(root.GetProperty("logKey").GetString()!))
            : throw new FormatException("not a signer");
    }
}
