using System.Collections.Immutable;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>Requantisation (spec/proof-system.md, section 5.2).</summary>
internal static class TailLowering
{
    /// <summary>Refuses a choice of an operation that has no requantisation.</summary>
    public static void RefuseChoice(CircuitDraft draft, TailChoice choice)
    {
        if (choice is not TailChoice.None)
        {
            draft.Fail(ProofErrorCodes.Choice, "nothing is requantised, so there is nothing to choose");
        }
    }

    /// <summary>Adds columns and items; null after an error.</summary>
    public static Tail? Add(CircuitDraft draft, TailRequest request)
    {
        TailRules.Check(draft, request);
        if (draft.Error is not null)
        {
            return null;
        }

        Requantisation columns = AddColumns(draft, request);
        if (draft.Error is not null)
        {
            return null;
        }

        AddLimbItems(draft, request, columns);
        AddResultItems(draft, request, columns);
        return draft.Error is null ? new(Form(draft, request, columns), Constants(request), columns) : null;
    }

    private static Requantisation AddColumns(CircuitDraft draft, TailRequest request)
    {
        int before = draft.AddColumn(request.Dims);
        int low = -1;
        int part = -1;
        int result = before;
        switch (request.Choice)
        {
            case TailChoice.Direct:
                result = draft.AddColumn(request.Dims);
                break;
            case TailChoice.Split:
                part = draft.AddColumn(request.Dims);
                low = draft.AddColumn(request.Dims);
                result = draft.AddColumn(request.Dims);
                break;
        }

        ImmutableArray<int>.Builder limbs = ImmutableArray.CreateBuilder<int>();
        for (int bits = request.Shifts.Max(); bits > 0; bits -= draft.LimbBits)
        {
            limbs.Add(draft.AddColumn(request.Dims));
        }

        return new(
            request.Choice,
            request.ChannelAxis,
            request.Shifts,
            request.Result.Lo,
            request.Result.Hi,
            before,
            low,
            part,
            result,
            limbs.ToImmutable(),
            draft.LimbBits);
    }

    private static void AddLimbItems(CircuitDraft draft, TailRequest request, Requantisation columns)
    {
        for (int i = 0; i < columns.Limbs.Length; i++)
        {
            int done = i * draft.LimbBits;
            AddItem(
                draft,
                request,
                channel => new RangeTable(1 << Math.Clamp(request.Shifts[channel] - done, 0, draft.LimbBits)),
                request.Shifts.Length,
                Only(draft, columns.Limbs[i]));
        }
    }

    private static void AddResultItems(CircuitDraft draft, TailRequest request, Requantisation columns)
    {
        int lo = request.Result.Lo;
        int width = request.Result.Hi - lo;
        Expression result = new([draft.View(columns.Result, 1)], -lo);
        switch (request.Choice)
        {
            case TailChoice.Direct direct:
                AddItem(
                    draft,
                    request,
                    channel => new ClampTable(direct.Before[channel], width, direct.After[channel]),
                    direct.Before.Length,
                    new([draft.View(columns.Before, 1)], -lo),
                    result);
                break;
            case TailChoice.Split split:
                AddItem(
                    draft,
                    request,
                    channel => new ClassTable(split.Lowest[channel], split.Highest[channel]),
                    split.Lowest.Length,
                    Only(draft, columns.Before),
                    Only(draft, columns.Class));
                draft.AddItem(
                    request.Dims,
                    new SlicesTable(split.LowBits, width),
                    Only(draft, columns.Low),
                    result,
                    Only(draft, columns.Class));
                break;
            default:
                draft.AddItem(request.Dims, new RangeTable(width + 1), result);
                break;
        }
    }

    private static Expression Only(CircuitDraft draft, int column) => new([draft.View(column, 1)], 0);

    /// <summary>An item whose table is one of as many as there are numbers: one, or one per channel.</summary>
    private static void AddItem(
        CircuitDraft draft, TailRequest request, Func<int, ProofTable> table, int count, params ReadOnlySpan<Expression> expressions)
    {
        ImmutableArray<int>.Builder tables = ImmutableArray.CreateBuilder<int>(count);
        for (int channel = 0; channel < count; channel++)
        {
            tables.Add(draft.Table(table(channel)));
        }

        draft.AddItem(request.Dims, request.ChannelAxis, tables.MoveToImmutable(), expressions);
    }

    private static ImmutableArray<View> Form(CircuitDraft draft, TailRequest request, Requantisation columns)
    {
        ImmutableArray<View>.Builder views = ImmutableArray.CreateBuilder<View>();
        views.Add(Shifted(draft, request, columns.Before, request.Choice is TailChoice.Split split ? 1L << split.LowBits : 1));
        if (columns.Low >= 0)
        {
            views.Add(Shifted(draft, request, columns.Low, 1));
        }

        for (int i = 0; i < columns.Limbs.Length; i++)
        {
            views.Add(draft.View(columns.Limbs[i], 1L << (i * draft.LimbBits)));
        }

        return views.ToImmutable();
    }

    /// <summary><c>coefficient * 2^s * column</c>.</summary>
    private static View Shifted(CircuitDraft draft, TailRequest request, int column, long coefficient)
    {
        if (IsUniform(request.Shifts))
        {
            return draft.View(column, coefficient << request.Shifts[0]);
        }

        AxisMap places = draft.Same(request.ChannelAxis, request.Dims[request.ChannelAxis]);
        return draft.View(column, coefficient, request.ChannelAxis, places with { Weights = [.. request.Shifts.Select(shift => 1L << shift)] });
    }

    private static ImmutableArray<ConstantTerm> Constants(TailRequest request)
    {
        long[] constants = new long[request.Shifts.Length];
        for (int channel = 0; channel < constants.Length; channel++)
        {
            long lowest = request.Choice is TailChoice.Split ? request.Result.Lo * (1L << request.Shifts[channel]) : 0;
            constants[channel] = lowest - request.Rounding(channel);
        }

        return !constants.AsSpan().ContainsAnyExcept(constants[0])
            ? constants[0] == 0 ? [] : [ConstantTerm.Everywhere(request.Dims.Length, constants[0])]
            : [ConstantTerm.Along(request.Dims.Length, request.ChannelAxis, [.. constants])];
    }

    private static bool IsUniform(ImmutableArray<int> shifts) => !shifts.AsSpan().ContainsAnyExcept(shifts[0]);
}
