using Assay.Primitives;

namespace Assay.Evm;

/// <summary>Holds a secp256k1 key.</summary>
public interface IEvmSigner
{
    /// <summary>The key's account.</summary>
    EvmAddress Address { get; }

    /// <summary>Signs a 32-byte digest; s in the lower half, v 27 or 28.</summary>
    EvmSignature Sign(in Digest32 digest);
}
