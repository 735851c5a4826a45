using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>One confidential request, as its sender sees it: sealed to a gateway's key; opens the answer to it and no other.</summary>
public sealed class OhttpExchange : IDisposable
{
    /// <summary>Media type of <see cref="Request"/>.</summary>
    public const string RequestType = "message/ohttp-req";

    /// <summary>Media type of the answer.</summary>
    public const string ResponseType = "message/ohttp-res";

    private readonly HpkeContext _context;
    private readonly byte[] _enc;

    private OhttpExchange(HpkeContext context, byte[] enc, byte[] request)
    {
        _context = context;
        _enc = enc;
        Request = request;
    }

    /// <summary>What to send: header, ephemeral key, ciphertext.</summary>
    public ReadOnlyMemory<byte> Request { get; }

    /// <summary>Seals a request under a fresh ephemeral key and the first of the gateway's ciphers that the platform has.</summary>
    /// <param name="config">A key that the caller trusts: whoever has its private half reads the request.</param>
    /// <param name="request">A Binary HTTP message; padded by its writer.</param>
    /// <returns>Null if the platform has none of the ciphers (<see cref="OhttpErrors.Suite"/>).</returns>
    public static OhttpExchange? TrySeal(OhttpKeyConfig config, ReadOnlySpan<byte> request)
    {
        ArgumentNullException.ThrowIfNull(config);
        using ECDiffieHellman ephemeral = DhKem.Generate();
        return TrySeal(config, request, ephemeral);
    }

    /// <summary>With a given ephemeral key, for test vectors.</summary>
    internal static OhttpExchange? TrySeal(OhttpKeyConfig config, ReadOnlySpan<byte> request, ECDiffieHellman ephemeral)
    {
        HpkeAead aead = config.Aeads.FirstOrDefault(Aead.IsSupported);
        if (aead == default)
        {
            return null;
        }

        using ECDiffieHellman recipient = DhKem.TryDeserialize(config.PublicKey.Span) ?? throw new InvalidOperationException("A configuration holds a point of the curve.");
        byte[] header = config.Header(aead);
        HpkeContext context = HpkeContext.Send(aead, ephemeral, recipient, Info(header), out byte[] enc);
        return new OhttpExchange(context, enc, [.. header, .. enc, .. context.Seal(0, [], request)]);
    }

    /// <summary>Opens the answer.</summary>
    /// <returns>A Binary HTTP message, still with its padding; null if it was changed, or answers another request (<see cref="OhttpErrors.Response"/>).</returns>
    public byte[]? TryOpen(ReadOnlySpan<byte> response) => ResponseCipher.TryOpen(_context, _enc, response);

    /// <summary>Forgets the keys.</summary>
    public void Dispose() => _context.Dispose();

    /// <summary>RFC 9458, section 4.3: the media type, a zero, the header.</summary>
    internal static byte[] Info(ReadOnlySpan<byte> header) => [.. "message/bhttp request"u8, 0, .. header];
}
