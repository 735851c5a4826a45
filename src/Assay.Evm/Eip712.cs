using System.Numerics;
using System.Text;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>Hashing of typed data (EIP-712) whose types are known when it is written: words in, digest out.</summary>
public static class Eip712
{
    private static readonly Digest32 DomainWithVersion = TypeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    private static readonly Digest32 DomainWithoutVersion = TypeHash("EIP712Domain(string name,uint256 chainId,address verifyingContract)");
    private static readonly Digest32 DomainWithoutContract = TypeHash("EIP712Domain(string name,string version,uint256 chainId)");

    /// <summary>keccak256 of <c>encodeType</c>: the struct's type with those that it refers to behind it, in alphabetical order.</summary>
    public static Digest32 TypeHash(string encodedType) => Keccak256.HashData(Encoding.ASCII.GetBytes(encodedType));

    /// <summary>A member of type <c>string</c>, as a word.</summary>
    public static Digest32 Text(string text) => Keccak256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>A member of type <c>address</c>, as a word.</summary>
    public static Digest32 Word(in EvmAddress address)
    {
        Span<byte> word = stackalloc byte[Digest32.Size];
        word.Clear();
        address.Bytes.CopyTo(word[12..]);
        return Digest32.From(word);
    }

    /// <summary>A member of an unsigned integer type, as a word.</summary>
    public static Digest32 Word(BigInteger number) => EvmAmount.Word(number);

    /// <summary>hashStruct: keccak256 of the type's hash and the members' words.</summary>
    public static Digest32 HashStruct(in Digest32 typeHash, params ReadOnlySpan<Digest32> members)
    {
        byte[] bytes = new byte[Digest32.Size * (members.Length + 1)];
        typeHash.CopyTo(bytes);
        for (int i = 0; i < members.Length; i++)
        {
            members[i].CopyTo(bytes.AsSpan(Digest32.Size * (i + 1)));
        }

        return Keccak256.HashData(bytes);
    }

    /// <summary>The domain's separator; version or contract are left out of the type if they are null, as Permit2 and x402's receipts do.</summary>
    /// <exception cref="ArgumentException">Both are null.</exception>
    public static Digest32 Domain(string name, string? version, BigInteger chainId, EvmAddress? contract) => (version, contract) switch
    {
        ({ } v, { } c) => HashStruct(DomainWithVersion, Text(name), Text(v), Word(chainId), Word(c)),
        (null, { } c) => HashStruct(DomainWithoutVersion, Text(name), Word(chainId), Word(c)),
        ({ } v, null) => HashStruct(DomainWithoutContract, Text(name), Text(v), Word(chainId)),
        _ => throw new ArgumentException("A domain has a version or a contract.", nameof(version)),
    };

    /// <summary>What is signed: keccak256 of 0x1901, the domain's separator and the struct's hash.</summary>
    public static Digest32 Digest(in Digest32 domain, in Digest32 structHash)
    {
        Span<byte> bytes = stackalloc byte[2 + (2 * Digest32.Size)];
        (bytes[0], bytes[1]) = (0x19, 0x01);
        domain.CopyTo(bytes[2..]);
        structHash.CopyTo(bytes[34..]);
        return Keccak256.HashData(bytes);
    }
}
