using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;

namespace Assay.Prover.Lookups;

/// <summary>The last rounds of a layer, at most four, on elements in standard form: vectors have nothing to do there.</summary>
internal sealed unsafe class ScalarLayer
{
    private const int Most = 16;
    private readonly Ext4[] _a = new Ext4[Most];
    private readonly Ext4[] _p1 = new Ext4[Most];
    private readonly Ext4[] _q0 = new Ext4[Most];
    private readonly Ext4[] _q1 = new Ext4[Most];
    private readonly Ext4[] _eq = new Ext4[Most / 2];
    private int _length;

    /// <summary>p_0 + λ q_0, p_1, q_0, q_1 once all bits are bound.</summary>
    public (Ext4 A, Ext4 P1, Ext4 Q0, Ext4 Q1) Values => (_a[0], _p1[0], _q0[0], _q1[0]);

    /// <summary>Nodes x and x + 2^bits of a level are the children.</summary>
    public void Start(ReadOnlySpan<Ext4> p, ReadOnlySpan<Ext4> q, Ext4 lambda)
    {
        _length = p.Length / 2;
        for (int i = 0; i < _length; i++)
        {
            _a[i] = p[i] + (lambda * q[i]);
            (_p1[i], _q0[i], _q1[i]) = (p[_length + i], q[i], q[_length + i]);
        }
    }

    /// <summary>Tables of one block each.</summary>
    public void Start(uint* a, uint* p1, uint* q0, uint* q1)
    {
        _length = Most;
        for (int i = 0; i < Most; i++)
        {
            (_a[i], _p1[i], _q0[i], _q1[i]) = (Element(a + i), Element(p1 + i), Element(q0 + i), Element(q1 + i));
        }
    }

    /// <summary>The message for the highest bit, at 0 and at infinity.</summary>
    /// <param name="z">The elements that belong to the bits below it.</param>
    public (Ext4 AtZero, Ext4 AtInfinity) Message(ReadOnlySpan<Ext4> z)
    {
        EqTable.Scalars(z, Ext4.One, _eq);
        int half = _length / 2;
        (Ext4 zero, Ext4 infinity) = (Ext4.Zero, Ext4.Zero);
        for (int i = 0; i < half; i++)
        {
            int j = half + i;
            zero += _eq[i] * ((_a[i] * _q1[i]) + (_p1[i] * _q0[i]));
            infinity += _eq[i] * (((_a[j] - _a[i]) * (_q1[j] - _q1[i])) + ((_p1[j] - _p1[i]) * (_q0[j] - _q0[i])));
        }

        return (zero, infinity);
    }

    /// <summary>Binds the highest bit.</summary>
    public void Bind(Ext4 r)
    {
        _length /= 2;
        for (int i = 0; i < _length; i++)
        {
            int j = _length + i;
            _a[i] += r * (_a[j] - _a[i]);
            _p1[i] += r * (_p1[j] - _p1[i]);
            _q0[i] += r * (_q0[j] - _q0[i]);
            _q1[i] += r * (_q1[j] - _q1[i]);
        }
    }

    private static Ext4 Element(uint* words) => ExtensionForm.Leave(new Ext4(words[0], words[16], words[32], words[48]));
}
