using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>What a prover said and what was checked of it: every value is entered once and used up once, so that none is trusted and
/// none stands for two.</summary>
internal sealed class ClaimLedger
{
    private readonly List<Claim> _claims = [];
    private readonly Dictionary<(string Name, int Number), Ext4> _open = [];
    private bool _isBroken;
    private bool _isBatched;

    /// <summary>Whether all values were used up and all claims batched.</summary>
    public bool IsSettled => !_isBroken && _isBatched && _open.Count == 0;

    /// <summary>Enters a value that the prover sent.</summary>
    public void Enter(string name, int number, Ext4 value) => _isBroken |= !_open.TryAdd((name, number), value);

    /// <summary>Uses a value up.</summary>
    public Ext4 Use(string name, int number)
    {
        _isBroken |= !_open.Remove((name, number), out Ext4 value);
        return value;
    }

    /// <summary>Adds a claim on W.</summary>
    public void Add(Claim claim)
    {
        _isBroken |= _isBatched;
        _claims.Add(claim);
    }

    /// <summary>All claims weighted with powers of λ, to be called once.</summary>
    /// <param name="expected">How many there must be.</param>
    /// <returns>The claims, each with its power, and the sum of the values.</returns>
    public (List<(Claim Claim, Ext4 Power)> Claims, Ext4 Value) Batch(Ext4 lambda, int expected)
    {
        _isBroken |= _isBatched || _claims.Count != expected;
        _isBatched = true;
        List<(Claim Claim, Ext4 Power)> claims = [];
        Ext4 value = Ext4.Zero;
        Ext4 power = Ext4.One;
        foreach (Claim claim in _claims)
        {
            claims.Add((claim, power));
            value += power * claim.Value;
            power *= lambda;
        }

        return (claims, value);
    }
}
