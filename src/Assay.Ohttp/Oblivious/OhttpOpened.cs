using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>A request that was opened, and the means to answer it.</summary>
public sealed class OhttpOpened : IDisposable
{
    private readonly HpkeContext _context;
    private readonly byte[] _enc;

    internal OhttpOpened(HpkeContext context, byte[] enc, byte[] request)
    {
        _context = context;
        _enc = enc;
        Request = request;
    }

    /// <summary>A Binary HTTP message, still with its padding. The caller zeroes it when it has been read.</summary>
    public Memory<byte> Request { get; }

    /// <summary>Seals an answer that only the request's sender can open.</summary>
    public byte[] Seal(ReadOnlySpan<byte> response) => Seal(response, RandomNumberGenerator.GetBytes(ResponseCipher.NonceSize(_context.Aead)));

    /// <summary>With a given nonce, for test vectors.</summary>
    internal byte[] Seal(ReadOnlySpan<byte> response, ReadOnlySpan<byte> nonce) => ResponseCipher.Seal(_context, _enc, nonce, response);

    /// <summary>Forgets keys and request.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Request.Span);
        _context.Dispose();
    }
}
