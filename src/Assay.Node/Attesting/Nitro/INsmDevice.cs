namespace Assay.Node.Attesting;

/// <summary>The Nitro Secure Module: a message of CBOR in, one out.</summary>
internal interface INsmDevice : IDisposable
{
    /// <summary>What it is, for texts: <c>/dev/nsm</c>.</summary>
    string Place { get; }

    /// <summary>Exchanges one message. Not for two threads at once.</summary>
    /// <param name="request">At most <see cref="NsmMessage.MaxRequest"/> bytes.</param>
    /// <param name="response">At least <see cref="NsmMessage.MaxResponse"/> bytes, so that no answer is cut short.</param>
    /// <returns>The response's length; or, negative, the kernel's error number.</returns>
    int Exchange(ReadOnlySpan<byte> request, Span<byte> response);
}
