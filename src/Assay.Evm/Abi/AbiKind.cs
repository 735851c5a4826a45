namespace Assay.Evm;

/// <summary>What a type of Solidity's ABI is.</summary>
public enum AbiKind
{
    /// <summary><c>uint8</c> to <c>uint256</c>; the size is in bits.</summary>
    UInt,

    /// <summary><c>address</c>.</summary>
    Address,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>bytes1</c> to <c>bytes32</c>; the size is in bytes.</summary>
    FixedBytes,

    /// <summary><c>bytes</c>.</summary>
    Bytes,

    /// <summary><c>string</c>.</summary>
    Text,

    /// <summary><c>(a,b)</c>; the components are its members' types.</summary>
    Tuple,

    /// <summary><c>a[]</c> or <c>a[n]</c>; the only component is the elements' type, the size is n, or -1.</summary>
    Array,
}
