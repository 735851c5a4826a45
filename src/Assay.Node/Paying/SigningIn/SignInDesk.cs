using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Evm;
using Assay.Node.Errors;

namespace Assay.Node.Paying;

/// <summary>
/// Lets payers in to what they paid for, without another payment: challenges, and signatures on them, each good once and for five minutes. Challenges are
/// remembered only once they were used: each carries its own proof that this process made it.
/// </summary>
internal sealed class SignInDesk(string network, bool knowsAddress, TimeProvider time) : IDisposable
{
    internal const string Extension = "sign-in-with-x";

    private const int RandomSize = 8;
    private const int NonceSize = RandomSize + 8 + 16;
    private const int MostUsed = 100_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly HMACSHA256 _maker = new(RandomNumberGenerator.GetBytes(32));
    private readonly Lock _making = new();
    private readonly ConcurrentDictionary<string, long> _used = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether this address is known to be the node's. What callers say in Host isn't: somebody in the middle would hand on our challenge under its own name,
    /// have a payer sign that, and come with it under that name again.
    /// </summary>
    internal bool IsOurs(Uri resource) => knowsAddress || resource.IsLoopback;

    /// <summary>The refusal where it isn't.</summary>
    internal static NodeError AddressUnknown { get; } = new(401, "sign-in/domain", "This node wasn't told by which address it is reached, so nobody can sign in to it from elsewhere.", "The operator sets 'publicUrl' in the price file.");

    /// <summary>Writes the extension with a new challenge, for a 402.</summary>
    internal void WriteChallenge(Utf8JsonWriter json, Uri resource)
    {
        DateTimeOffset now = time.GetUtcNow();
        json.WriteStartObject(Extension);
        json.WriteStartObject("info");
        json.WriteString("domain", resource.Authority);
        json.WriteString("uri", resource.AbsoluteUri);
        json.WriteString("statement", SignInMessage.Statement);
        json.WriteString("version", "1");
        json.WriteString("nonce", Nonce(now));
        json.WriteString("issuedAt", Time(now));
        json.WriteString("expirationTime", Time(now + Life));
        json.WriteStartArray("resources");
        json.WriteStringValue(resource.AbsoluteUri);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("supportedChains");
        json.WriteStartObject();
        json.WriteString("chainId", network);
        json.WriteString("type", "eip191");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Who signed in; null with the reason.</summary>
    /// <param name="header">The header SIGN-IN-WITH-X.</param>
    /// <param name="resource">The address that was called.</param>
    /// <param name="error">Why nobody did.</param>
    internal EvmAddress? TryEnter(string header, Uri resource, out NodeError? error)
    {
        error = null;
        if (SignInMessage.TryRead(header) is not { } message)
        {
            error = Refusal("sign-in/form", "isn't a signed message of the form that this node's challenges have");
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        error = !IsOurs(resource) ? AddressUnknown
            : message.Domain != resource.Authority || !Uri.TryCreate(message.Uri, UriKind.Absolute, out Uri? uri) || uri.Authority != resource.Authority || message.ChainId != network ? Refusal("sign-in/domain", "is for another address or chain than this node's")
            : !IsOwn(message, now) ? Refusal("sign-in/nonce", "is on no challenge of this node's, or on one that is too old")
            : !message.IsSigned() ? Refusal("sign-in/signature", "isn't signed by the address in it")
            : !TryUse(message.Nonce, now) ? Refusal("sign-in/used", "was here already")
            : null;
        return error is null ? message.Address : null;
    }

    public void Dispose() => _maker.Dispose();

    private static NodeError Refusal(string code, string what) => new(401, code, $"The sign-in {what}.", "Ask without it for a new challenge, and sign that.");

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Nonce(DateTimeOffset now)
    {
        byte[] nonce = new byte[NonceSize];
        RandomNumberGenerator.Fill(nonce.AsSpan(0, RandomSize));
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(RandomSize), now.ToUnixTimeMilliseconds());
        Proof(nonce.AsSpan(0, RandomSize + 8)).CopyTo(nonce, RandomSize + 8);
        return Convert.ToHexStringLower(nonce);
    }

    // The times in the message are those of the challenge: so nobody's signature lasts longer than it says.
    private bool IsOwn(SignInMessage message, DateTimeOffset now)
    {
        byte[] nonce = new byte[NonceSize];
        if (message.Nonce.Length != 2 * NonceSize || Convert.FromHexString(message.Nonce, nonce, out _, out _) != System.Buffers.OperationStatus.Done
            || !CryptographicOperations.FixedTimeEquals(Proof(nonce.AsSpan(0, RandomSize + 8)), nonce.AsSpan(RandomSize + 8)))
        {
            return false;
        }

        DateTimeOffset issued = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(nonce.AsSpan(RandomSize)));
        return issued <= now && now < issued + Life && message.IssuedAt == Time(issued) && message.ExpirationTime == Time(issued + Life) && message.Nonce == Convert.ToHexStringLower(nonce);
    }

    private byte[] Proof(ReadOnlySpan<byte> content)
    {
        byte[] copy = content.ToArray();
        lock (_making)
        {
            return _maker.ComputeHash(copy)[..16];
        }
    }

    private bool TryUse(string nonce, DateTimeOffset now)
    {
        if (_used.Count >= MostUsed)
        {
            foreach ((string old, long at) in _used)
            {
                if (at < (now - Life).ToUnixTimeMilliseconds())
                {
                    _used.TryRemove(old, out _);
                }
            }
        }

        return _used.Count < MostUsed && _used.TryAdd(nonce, now.ToUnixTimeMilliseconds());
    }
}
