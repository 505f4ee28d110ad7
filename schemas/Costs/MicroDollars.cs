namespace FlowLake.Schemas.Costs;

/// <summary>An amount of money. One US dollar is 1,000,000; money is never a double.</summary>
public readonly record struct MicroDollars(long Value)
{
    public static readonly MicroDollars Zero;

    public decimal Dollars => Value / 1_000_000m;

    public static MicroDollars FromDollars(decimal dollars) => new((long)decimal.Round(dollars * 1_000_000m, MidpointRounding.ToEven));

    public static MicroDollars operator +(MicroDollars left, MicroDollars right) => new(checked(left.Value + right.Value));

    public static MicroDollars Add(MicroDollars left, MicroDollars right) => left + right;
}
