using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary><c>softmax</c> (spec/proof-system.md, section 5.9).</summary>
internal sealed class SoftmaxLowering
{
    private const int PartBits = 12;
    private const int CarryTopBits = 18;
    private const int ProductBits = 15;

    private readonly CircuitDraft _draft;
    private readonly SoftmaxOperation _op;
    private readonly SoftmaxNumbers _numbers;
    private readonly ImmutableArray<int> _rows;
    private readonly ImmutableArray<int> _full;

    private SoftmaxLowering(CircuitDraft draft, SoftmaxOperation op, SoftmaxNumbers numbers)
    {
        _draft = draft;
        _op = op;
        _numbers = numbers;
        _full = op.Result.Shape;
        _rows = _full.SetItem(_full.Length - 1, 1);
    }

    private bool Failed => _draft.Error is not null;

    public static void Add(CircuitDraft draft, SoftmaxOperation op, TailChoice choice)
    {
        if (SoftmaxNumbers.Of(op, draft.Program.Tables[op.Table]) is not { } numbers)
        {
            draft.Fail(
                ProofErrorCodes.SoftmaxLength,
                $"rows of {op.Result.Shape[^1]}, {op.ReciprocalBits} reciprocal bits and a shift of {op.Shift}: their products don't fit in the field; "
                + "shorter rows, smaller table entries or fewer reciprocal bits would do");
            return;
        }

        new SoftmaxLowering(draft, op, numbers).Add(choice);
    }

    private void Add(TailChoice choice)
    {
        (int e, int sum) = AddExponentials();
        if (Failed)
        {
            return;
        }

        ImmutableArray<int> limbs = AddReciprocal(sum);
        if (Failed)
        {
            return;
        }

        int carry = AddDropped(e, limbs);
        if (!Failed)
        {
            AddResult(e, limbs, carry, choice);
        }
    }

    /// <summary>Steps 1 and 2: the row's maximum, the table's entries, their sum.</summary>
    private (int Exponential, int Sum) AddExponentials()
    {
        TensorType type = _draft.Program.TypeOf(_op.X);
        int axis = _full.Length - 1;
        int x = _draft.Aligned(_op.X);
        int m = ReduceMaxLowering.AddRunning(_draft, x, type, axis);
        int e = _draft.AddColumn(_draft.Dims(_full));
        if (Failed)
        {
            return (e, -1);
        }

        View max = ReduceMaxLowering.Last(_draft, m, axis, 1);
        int item = _draft.AddItem(
            _draft.Dims(_full),
            new MapTable(_op.Table, 0, _draft.Program.Tables[_op.Table]),
            new Expression([max, _draft.View(x, -1)], 0),
            new Expression([_draft.View(e, 1)], 0));
        _draft.AddStep(new WitnessStep.Mapped(_draft.Operation, [e], item));
        return (e, CopyLowering.AddColumn(_draft, _rows, () => ReduceSumLowering.Places(_draft, e, axis, -1)));
    }

    /// <summary>Steps 3 and 4: R in limbs with <c>R*S + q = 2^k</c>, <c>0 &lt;= q &lt; S</c>.</summary>
    private ImmutableArray<int> AddReciprocal(int sum)
    {
        int[] limbs = [.. Enumerable.Range(0, _numbers.Limbs).Select(_ => _draft.AddColumn(_draft.Dims(_rows)))];
        foreach (int limb in limbs)
        {
            AddRange(_rows, limb, 1 << _numbers.LimbBits);
        }

        (int Low, int High) rest = AddParts(PartBits);
        (int Low, int High) gap = AddParts(PartBits);
        if (Failed)
        {
            return [];
        }

        _draft.AddIdentity(
            _draft.Box(_rows),
            [.. Parts(rest, 1), .. Parts(gap, 1), _draft.View(sum, -1)],
            [],
            [ConstantTerm.Everywhere(_rows.Length + 1, 1)]);
        _draft.AddStep(new WitnessStep.Reciprocal(
            _draft.Operation, _op.ReciprocalBits, sum, [.. limbs], _numbers.LimbBits, rest, gap));
        AddReciprocalProducts(limbs, sum, rest);
        return [.. limbs];
    }

    private void AddReciprocalProducts(int[] limbs, int sum, (int Low, int High) rest)
    {
        List<(int Low, int High)> carries = [];
        while (carries.Count < limbs.Length - 1)
        {
            carries.Add(AddParts(CarryTopBits - _numbers.LimbBits));
        }

        if (Failed)
        {
            return;
        }

        (ImmutableArray<long> digits, long top) = _numbers.PowerDigits(_op.ReciprocalBits);
        for (int i = 0; i < limbs.Length; i++)
        {
            bool isLast = i == limbs.Length - 1;
            long constant = digits[i] + (isLast ? top << _numbers.LimbBits : 0);
            Relation product = MulLowering.AddProduct(
                _draft,
                _rows,
                [.. isLast ? [] : Parts(carries[i], 1L << _numbers.LimbBits), .. Parts(i == 0 ? rest : carries[i - 1], -1)],
                Constant(_rows, constant),
                [(limbs[i], 1)],
                [(sum, 1)]);
            if (!isLast)
            {
                _draft.AddStep(new WitnessStep.Digits(
                    _draft.Operation, product, _numbers.LimbBits, [(carries[i].Low, PartBits), (carries[i].High, 0)]));
            }
        }
    }

    /// <summary>Step 5: the carry out of the limbs whose digits of the product are shifted out.</summary>
    private int AddDropped(int e, ImmutableArray<int> limbs)
    {
        int carry = -1;
        for (int i = 0; i < _numbers.Dropped && !Failed; i++)
        {
            int d = _draft.AddColumn(_draft.Dims(_full));
            int t = _draft.AddColumn(_draft.Dims(_full));
            if (Failed)
            {
                break;
            }

            AddRange(_full, d, 1 << ProductBits);
            AddRange(_full, t, 1 << _numbers.LimbBits);
            Relation product = MulLowering.AddProduct(
                _draft,
                _full,
                [_draft.View(d, 1L << _numbers.LimbBits), _draft.View(t, 1), .. Carry(carry)],
                Constant(_full, -_numbers.Rounding(i, _op.Shift)),
                [(e, 1)],
                [(limbs[i], 1)]);
            _draft.AddStep(new WitnessStep.Digits(_draft.Operation, product, 0, [(t, _numbers.LimbBits), (d, 0)]));
            carry = d;
        }

        return carry;
    }

    /// <summary>Step 6.</summary>
    private void AddResult(int e, ImmutableArray<int> limbs, int carry, TailChoice choice)
    {
        int left = _numbers.Limbs - _numbers.Dropped;
        long rounding = _numbers.Rounding(_numbers.Dropped, _op.Shift);
        Interval total = (new Interval(0, _numbers.Largest) * Interval.OfBits(_numbers.LimbBits * left))
            + (carry < 0 ? Interval.Of(0) : Interval.OfBits(ProductBits))
            + Interval.Of(rounding);
        TailQuestion question = new(
            _draft.Operation, _draft.Dims(_full), -1, [_op.Shift - (_numbers.LimbBits * _numbers.Dropped)], false, _op.Result, total, true);
        if (TailLowering.Add(_draft, question, choice) is not { } tail)
        {
            return;
        }

        Relation product = MulLowering.AddProduct(
            _draft,
            _full,
            [.. tail.Views, .. Carry(carry)],
            [.. tail.Constants, .. Constant(_full, -rounding)],
            [(e, 1)],
            [.. Enumerable.Range(0, left).Select(i => (limbs[_numbers.Dropped + i], 1L << (_numbers.LimbBits * i)))]);
        _draft.AddStep(new WitnessStep.Requantised(_draft.Operation, product, tail.Columns));
        _draft.SetResult(tail.Columns.Result);
    }

    /// <summary>Two columns over the rows, a lower part of 12 bits and one above it.</summary>
    private (int Low, int High) AddParts(int highBits)
    {
        (int Low, int High) parts = (_draft.AddColumn(_draft.Dims(_rows)), _draft.AddColumn(_draft.Dims(_rows)));
        AddRange(_rows, parts.Low, 1 << PartBits);
        AddRange(_rows, parts.High, 1 << highBits);
        return parts;
    }

    private void AddRange(ImmutableArray<int> shape, int column, int length)
    {
        if (!Failed)
        {
            _draft.AddItem(_draft.Dims(shape), new RangeTable(length), new Expression([_draft.View(column, 1)], 0));
        }
    }

    private View[] Parts((int Low, int High) parts, long coefficient) =>
        [_draft.View(parts.Low, coefficient), _draft.View(parts.High, coefficient << PartBits)];

    private View[] Carry(int carry) => carry < 0 ? [] : [_draft.View(carry, -1)];

    private static ImmutableArray<ConstantTerm> Constant(ImmutableArray<int> shape, long value) =>
        value == 0 ? [] : [ConstantTerm.Everywhere(shape.Length + 1, value)];
}
