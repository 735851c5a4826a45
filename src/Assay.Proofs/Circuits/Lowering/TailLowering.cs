using System.Collections.Immutable;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>Requantisation (spec/proof-system.md, section 5.2).</summary>
internal static class TailLowering
{
    /// <summary>Refuses a choice of an operation that has no requantisation.</summary>
    public static void RefuseChoice(CircuitDraft draft, TailChoice choice)
    {
        if (!draft.IsChoosing && choice is not TailChoice.None)
        {
            draft.Fail(ProofErrorCodes.Choice, "nothing is requantised, so there is nothing to choose");
        }
    }

    /// <summary>Adds columns and items; null after an error.</summary>
    public static Tail? Add(CircuitDraft draft, TailQuestion question, TailChoice given)
    {
        TailChoice choice = draft.Choose(question, given);
        if (draft.Error is null && TailRules.Check(question, choice) is { } refusal)
        {
            draft.Fail(refusal.Code, refusal.Message);
        }

        if (draft.Error is not null)
        {
            return null;
        }

        Requantisation columns = AddColumns(draft, question, choice);
        if (draft.Error is not null)
        {
            return null;
        }

        AddLimbItems(draft, question, columns);
        AddResultItems(draft, question, columns);
        return draft.Error is null ? new(Form(draft, question, columns), Constants(question, choice), columns) : null;
    }

    private static Requantisation AddColumns(CircuitDraft draft, TailQuestion question, TailChoice choice)
    {
        int before = draft.AddColumn(question.Dims);
        int low = -1;
        int part = -1;
        int result = before;
        switch (choice)
        {
            case TailChoice.Direct:
                result = draft.AddColumn(question.Dims);
                break;
            case TailChoice.Split:
                part = draft.AddColumn(question.Dims);
                low = draft.AddColumn(question.Dims);
                result = draft.AddColumn(question.Dims);
                break;
        }

        ImmutableArray<int>.Builder limbs = ImmutableArray.CreateBuilder<int>();
        for (int bits = question.Shifts.Max(); bits > 0; bits -= draft.LimbBits)
        {
            limbs.Add(draft.AddColumn(question.Dims));
        }

        return new(
            choice,
            question.ChannelAxis,
            question.Shifts,
            question.Result.Lo,
            question.Result.Hi,
            before,
            low,
            part,
            result,
            limbs.ToImmutable(),
            draft.LimbBits);
    }

    private static void AddLimbItems(CircuitDraft draft, TailQuestion question, Requantisation columns)
    {
        for (int i = 0; i < columns.Limbs.Length; i++)
        {
            int done = i * draft.LimbBits;
            AddItem(
                draft,
                question,
                channel => new RangeTable(1 << Math.Clamp(question.Shifts[channel] - done, 0, draft.LimbBits)),
                question.Shifts.Length,
                Only(draft, columns.Limbs[i]));
        }
    }

    private static void AddResultItems(CircuitDraft draft, TailQuestion question, Requantisation columns)
    {
        int lo = question.Result.Lo;
        int width = question.Result.Hi - lo;
        Expression result = new([draft.View(columns.Result, 1)], -lo);
        switch (columns.Choice)
        {
            case TailChoice.Direct direct:
                AddItem(
                    draft,
                    question,
                    channel => new ClampTable(direct.Before[channel], width, direct.After[channel]),
                    direct.Before.Length,
                    new([draft.View(columns.Before, 1)], -lo),
                    result);
                break;
            case TailChoice.Split split:
                AddItem(
                    draft,
                    question,
                    channel => new ClassTable(split.Lowest[channel], split.Highest[channel]),
                    split.Lowest.Length,
                    Only(draft, columns.Before),
                    Only(draft, columns.Class));
                draft.AddItem(
                    question.Dims,
                    new SlicesTable(split.LowBits, width),
                    Only(draft, columns.Low),
                    result,
                    Only(draft, columns.Class));
                break;
            default:
                draft.AddItem(question.Dims, new RangeTable(width + 1), result);
                break;
        }
    }

    private static Expression Only(CircuitDraft draft, int column) => new([draft.View(column, 1)], 0);

    /// <summary>An item whose table is one of as many as there are numbers: one, or one per channel.</summary>
    private static void AddItem(
        CircuitDraft draft, TailQuestion question, Func<int, ProofTable> table, int count, params ReadOnlySpan<Expression> expressions)
    {
        ImmutableArray<int>.Builder tables = ImmutableArray.CreateBuilder<int>(count);
        for (int channel = 0; channel < count; channel++)
        {
            tables.Add(draft.Table(table(channel)));
        }

        draft.AddItem(question.Dims, question.ChannelAxis, tables.MoveToImmutable(), expressions);
    }

    private static ImmutableArray<View> Form(CircuitDraft draft, TailQuestion question, Requantisation columns)
    {
        ImmutableArray<View>.Builder views = ImmutableArray.CreateBuilder<View>();
        views.Add(Shifted(draft, question, columns.Before, columns.Choice is TailChoice.Split split ? 1L << split.LowBits : 1));
        if (columns.Low >= 0)
        {
            views.Add(Shifted(draft, question, columns.Low, 1));
        }

        for (int i = 0; i < columns.Limbs.Length; i++)
        {
            views.Add(draft.View(columns.Limbs[i], 1L << (i * draft.LimbBits)));
        }

        return views.ToImmutable();
    }

    /// <summary><c>coefficient * 2^s * column</c>.</summary>
    private static View Shifted(CircuitDraft draft, TailQuestion question, int column, long coefficient)
    {
        if (IsUniform(question.Shifts))
        {
            return draft.View(column, coefficient << question.Shifts[0]);
        }

        AxisMap places = draft.Same(question.ChannelAxis, question.Dims[question.ChannelAxis]);
        return draft.View(column, coefficient, question.ChannelAxis, places with { Weights = [.. question.Shifts.Select(shift => 1L << shift)] });
    }

    private static ImmutableArray<ConstantTerm> Constants(TailQuestion question, TailChoice choice)
    {
        long[] constants = new long[question.Shifts.Length];
        for (int channel = 0; channel < constants.Length; channel++)
        {
            long lowest = choice is TailChoice.Split ? question.Result.Lo * (1L << question.Shifts[channel]) : 0;
            constants[channel] = lowest - question.Rounding(channel);
        }

        return !constants.AsSpan().ContainsAnyExcept(constants[0])
            ? constants[0] == 0 ? [] : [ConstantTerm.Everywhere(question.Dims.Length, constants[0])]
            : [ConstantTerm.Along(question.Dims.Length, question.ChannelAxis, [.. constants])];
    }

    private static bool IsUniform(ImmutableArray<int> shifts) => !shifts.AsSpan().ContainsAnyExcept(shifts[0]);
}
